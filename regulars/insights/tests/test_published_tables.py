"""The models reproduce the printed figures of their papers, digit by digit."""

import numpy as np
import pytest

from regulars.insights.btyd import Histories, fit_bgnbd, fit_gammagamma, fit_mbgnbd
from regulars.insights.btyd.betageo import BetaGeoFit
from regulars.insights.btyd.gammagamma import GammaGammaFit
from regulars.insights.btyd.newton import Optimum
from regulars.insights.btyd.predict import (
    chance_alive,
    chance_of_count,
    expected_of_new_customer,
    expected_purchases,
)
from regulars.insights.tests import cdnow


def known(*parameters: float, modified: bool = False) -> BetaGeoFit:
    """A BG/NBD with the given parameters, as a paper prints them."""
    return BetaGeoFit(Optimum(np.array(parameters), 0.0, np.eye(4), True, 0), modified, 0)


PRINTED = known(0.243, 4.414, 0.793, 2.426)
PRECISE = known(0.2425945, 4.4136019, 0.7929199, 2.4258881)
WALKTHROUGH = known(0.2425967, 4.413659, 0.7929869, 2.426164)


def weeks(x: float, t_x: float, age: float) -> Histories:
    """One customer whose times are given in weeks with up to three decimals."""
    return Histories(np.array([x]), np.array([round(t_x * 1000)]), np.array([round(age * 1000)]), per_week=1000)


def test_the_cdnow_sample_is_the_one_the_papers_describe():
    sample, customers = cdnow.sample().histories, cdnow.transactions()[0]
    assert len(customers) == 69_659 and len(np.unique(customers)) == 23_570
    assert len(sample) == 2_357 and int((sample.x == 0).sum()) == 1_411 and int(sample.x.sum()) == 2_457
    assert len(sample.compressed()) == 1_016


def test_holdout_purchases_of_the_sample_are_counted_by_day():
    later = cdnow.sample(cdnow.CALIBRATION_END + 7 * cdnow.HOLDOUT_WEEKS).histories.x
    assert int((later - cdnow.sample().histories.x).sum()) == 1_882


def test_spend_of_the_946_repeaters_has_the_published_moments():
    spend = cdnow.sample().mean_spend[cdnow.sample().histories.x > 0]
    figures = (len(spend), spend.mean(), spend.std(), spend.min(), np.median(spend), spend.max())
    assert [round(f) for f in figures] == [946, 35, 30, 3, 27, 300]


def test_bgnbd_on_cdnow_gives_the_published_parameters_likelihood_and_errors():
    fit = fit_bgnbd(cdnow.sample().histories, prior=None)
    assert np.round(fit.parameters, 3).tolist() == [0.243, 4.414, 0.793, 2.426]
    assert fit.parameters == pytest.approx([0.24259452, 4.41360202, 0.79292202, 2.42590678], rel=2e-7)
    assert fit.optimum.log_likelihood == pytest.approx(-9582.42921, abs=5e-6)
    assert fit.optimum.standard_errors == pytest.approx([0.01256, 0.37822, 0.18573, 0.70541], abs=6e-6)


def test_bgnbd_on_the_two_decimal_sheet_gives_its_own_likelihood():
    fit = fit_bgnbd(cdnow.rounded_sample(), prior=None)
    assert fit.parameters == pytest.approx([0.24259291, 4.41353156, 0.79288615, 2.42575344], rel=2e-7)
    assert fit.optimum.log_likelihood == pytest.approx(-9582.42556, abs=5e-6)


def test_mbgnbd_on_cdnow_gives_the_published_parameters():
    fit = fit_mbgnbd(cdnow.sample().histories, prior=None)
    assert np.round(fit.parameters, 3).tolist() == [0.525, 6.183, 0.891, 1.614]
    assert fit.parameters == pytest.approx([0.524848, 6.183114, 0.891348, 1.613963], rel=3e-5)
    assert fit.optimum.log_likelihood == pytest.approx(-9582.1357, abs=5e-5)


def test_gammagamma_on_cdnow_gives_the_published_parameters_likelihood_and_errors():
    fit = fit_gammagamma(cdnow.sample().histories.x, cdnow.sample().mean_spend, regularise=False)
    assert np.round(fit.parameters, 2).tolist() == [6.25, 3.74, 15.44]
    assert fit.parameters == pytest.approx([6.249572, 3.744225, 15.443521], rel=2e-6)
    assert fit.optimum.log_likelihood == pytest.approx(-4055.9177, abs=5e-5)
    assert fit.optimum.standard_errors == pytest.approx([1.190, 0.290, 4.160], abs=1e-3)


def test_gammagamma_on_the_two_decimal_sheet_gives_its_own_parameters():
    fit = fit_gammagamma(cdnow.sample().histories.x, cdnow.sheet()[:, 4], regularise=False)
    assert fit.parameters == pytest.approx([6.2488, 3.7446, 15.4477], abs=6e-5)
    assert fit.optimum.log_likelihood == pytest.approx(-4055.92324, abs=5e-6)


def test_the_first_ten_customers_have_the_published_expected_spend():
    fit = GammaGammaFit(Optimum(np.array([6.25, 3.74, 15.44]), 0.0, np.eye(3), True, 0), 0, 35.0)
    expected = fit.expected_spend(cdnow.sample().histories.x[:10], cdnow.sheet()[:10, 4])
    printed = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17]
    assert expected == pytest.approx(printed, abs=0.1)


def test_the_paper_s_customer_is_expected_to_buy_1_226_times():
    assert expected_purchases(PRINTED, weeks(2, 30.43, 38.86), weeks=39)[0] == pytest.approx(1.226, abs=5e-4)


def test_customer_1516_has_the_published_predictions():
    customer = Histories(np.array([26]), np.array([216]), np.array([217]))
    assert expected_purchases(WALKTHROUGH, customer, weeks=52)[0] == pytest.approx(25.75659, abs=2e-5)
    assert chance_alive(WALKTHROUGH, customer)[0] == pytest.approx(0.9688523, abs=2e-7)


def test_a_new_customer_has_the_published_expectation():
    assert expected_of_new_customer(WALKTHROUGH, weeks=52)[0] == pytest.approx(1.444004, abs=1e-6)
    times = [0.1429, 1, 3, 31.8571, 32, 78]
    printed = [0.0078, 0.0532, 0.1506, 1.0405, 1.0437, 1.8576]
    assert expected_of_new_customer(PRECISE, weeks=times) == pytest.approx(printed, abs=4e-4)


def test_the_chance_of_each_count_is_the_published_one():
    assert chance_of_count(PRINTED, counts=[0], weeks=39)[0] == pytest.approx(0.5737864, abs=1e-7)
    printed = [
        0.0019995214, 0.0015170236, 0.0011633150, 0.0009003148, 0.0007023638,
        0.0005517902, 0.0004361913, 0.0003467171, 0.0002769613, 0.0002222260,
    ]  # fmt: skip
    assert chance_of_count(PRINTED, counts=np.arange(11, 21), weeks=30) == pytest.approx(printed, abs=1e-8)


def test_the_full_cohort_gives_the_reference_values():
    everyone = cdnow.full()
    fit = fit_bgnbd(everyone.histories, prior=None)
    assert fit.parameters == pytest.approx([0.25162396, 4.78894296, 0.72343358, 2.16108836], rel=1e-7)
    assert fit.optimum.log_likelihood == pytest.approx(-95368.44393, abs=1e-4)
    assert expected_purchases(fit, everyone.histories, weeks=39).sum() == pytest.approx(16_873.7, abs=0.05)
    spend = fit_gammagamma(everyone.histories.x, everyone.mean_spend, regularise=False)
    assert spend.customers == 9_450
    assert spend.parameters == pytest.approx([6.275359, 3.624450, 14.983687], rel=2e-7)
    assert spend.optimum.log_likelihood == pytest.approx(-40763.47626, abs=1e-4)


def test_the_full_cohort_bought_19684_times_in_the_holdout():
    later = cdnow.full(cdnow.CALIBRATION_END + 7 * cdnow.HOLDOUT_WEEKS).histories.x
    assert int((later - cdnow.full().histories.x).sum()) == 19_684


def test_the_weak_prior_does_not_move_cdnow():
    free, held = fit_bgnbd(cdnow.sample().histories, prior=None), fit_bgnbd(cdnow.sample().histories)
    assert np.abs(np.subtract(free.parameters, held.parameters) / free.optimum.standard_errors).max() < 0.01
